# make run: the demonstration.  make test: everything.  make test-quick: what needs no system packages.  make bench: ratios.  make docs: the generated reference.
SHELL := /bin/bash
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo "sudo -n")
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300
PY := .venv/bin/python
TURNS := -n 2 --dist loadfile --no-loadscope-reorder
export PORTAL_COUNCIL ?= hackney
export PORT ?= 8000
export HOST ?= 127.0.0.1
export PYTHONUTF8 := 1
export PIP_RETRIES ?= 8
export PIP_DEFAULT_TIMEOUT ?= 60
export UV_HTTP_RETRIES ?= 8
export UV_HTTP_TIMEOUT ?= 120
again = for pause in 5 20 60 0; do $(1) && break; [ $$pause != 0 ] || exit 1; echo "Trying again in $$pause seconds"; sleep $$pause; done

LOCK := .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: install run test test-quick bench docs lint lock clean

install: .venv/run.ok

run: .venv/run.ok
	@exec .venv/bin/portal serve --demonstration

test: .venv/dev.ok
	@bash tests/needs.sh
	$(PY) -m pytest $(TURNS) $(PYTEST)

test-quick: .venv/dev.ok
	$(PY) -m pytest -q $(TURNS) -m "not browser and not libreoffice and not postgres and not slow and not long" $(PYTEST)

bench: .venv/dev.ok
	$(PY) -m bench.run
	$(PY) -m bench.linter
	$(PY) -m bench.drawing
	$(PY) -m bench.long_forms
	$(PY) -m bench.request_costs
	$(PY) -m bench.journey
	$(PY) -m bench.cold_start
	$(PY) -m bench.memory
	$(PY) -m bench.publishing
	$(PY) -m bench.letters
	$(PY) -m bench.many_letters
	$(PY) -m bench.keystrokes

docs: .venv/run.ok
	$(PY) -m docs.generate

lint: .venv/dev.ok
	.venv/bin/ruff check .

.venv/bin/uv: requirements/uv.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@python3 -m venv .venv 2>/dev/null || { rm -rf .venv; echo "Installing python3-venv (needs root or passwordless sudo)"; ( $(call again,{ $(APT) update || true; $(APT) install python3-venv; }) ) && python3 -m venv .venv; } || \
	  { echo "Could not make a virtual environment. Install it:  sudo apt-get install python3-venv"; exit 1; }
	@$(call again,.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt)
	@touch $@

.venv/run.ok: .venv/bin/uv requirements/run.txt pyproject.toml
	@$(call again,.venv/bin/uv pip install -q --python $(PY) --require-hashes -r requirements/run.txt)
	@$(call again,.venv/bin/uv pip install -q --python $(PY) --no-deps -e .)
	@touch $@

.venv/dev.ok: .venv/run.ok requirements/dev.txt
	@$(call again,.venv/bin/uv pip install -q --python $(PY) --require-hashes -r requirements/dev.txt)
	@touch $@

lock: .venv/bin/uv
	$(LOCK) --extra postgres --extra gunicorn --extra fast --extra pdf pyproject.toml -o requirements/run.txt
	$(LOCK) --extra postgres --extra gunicorn --extra fast --extra pdf --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv build *.egg-info
