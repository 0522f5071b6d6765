"""Everything the demo and the tests need running beside the code: PostgreSQL, Valkey, the web server and the worker.

Nothing here imports Django: the servers must be up before settings can name them.
"""
