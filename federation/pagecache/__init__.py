"""Pages of anonymous visitors, kept per tenant and generation, with ETags.

`store` keeps the bytes in the process, `middleware` fills it from Django's answers, `wsgi` answers from it before
Django is asked. Nothing has to be thrown away by hand: the key carries the generations of tenant and catalogue, and a
digest of what the page shows of the directory of sites.
"""
