{{ adapter.script_library() }}
