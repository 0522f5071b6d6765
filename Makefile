# Thin on purpose: everything happens in tools/bootstrap.py, which runs on any Python 3.11 or newer.
# PYTHON=/path/to/python3.12 make demo  picks an interpreter.

PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	echo "$$candidate"; break; fi; done)
BOOTSTRAP = @test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Install it, or name one: make $@ PYTHON=/path/to/python3.12"; exit 1; }; \
	exec "$(PYTHON)" tools/bootstrap.py

.PHONY: help demo demo-stop test lint bench locks translations screenshots clean

help:
	@echo "make demo          set everything up, start the federation, print its addresses (Ctrl-C stops it)"
	@echo "                   KEYCLOAK=1: with the real Keycloak (needs a JDK and Maven)"
	@echo "make demo-stop     stop a running demo"
	@echo "make test          set everything up and run all tests (ARGS='-k name' for some)"
	@echo "make lint          run every gate: style, types, imports, templates, translations, migrations, sizes, locks"
	@echo "make bench         run the benchmarks (ONLY=pages for one)"
	@echo "make translations  collect the German sentences for the English catalogue"
	@echo "make screenshots   take the pictures of the main pages in docs/"
	@echo "make locks         write the lock files anew"
	@echo "make clean         remove everything that the others made"

demo:
	$(BOOTSTRAP) demo -- $(if $(KEYCLOAK),--keycloak)

demo-stop lint locks translations screenshots clean:
	$(BOOTSTRAP) $@

test:
	$(BOOTSTRAP) test -- $(ARGS)

bench:
	$(BOOTSTRAP) bench -- $(if $(ONLY),--only $(ONLY)) $(ARGS)
