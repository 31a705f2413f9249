library = exa.import_script("{{ ref('sme_library') }}")


def run(ctx):
    library.scripts.train(exa, ctx)
