"""Who may do what: signatures, identities and policies, checked before any service sees a request."""
