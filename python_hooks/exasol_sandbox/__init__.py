"""The embedded sandbox: an Exasol and an AWS that real clients reach over sockets."""
