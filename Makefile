# The habits. Everything lives in .venv; only `make system` looks beyond, and only on Debian; SYSTEM=no forbids that.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SYSTEM := yes
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DISTRIBUTIONS := core cli $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
# The first Python that is new enough; `make PYTHON=... setup` chooses another.
PYTHON = $(shell for one in python3.11 python3.12 python3.13 python3; do \
	"$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$one" && break; done)

.PHONY: help setup system slurm hollight demo test check bench

help:
	@echo "make demo    a proof; then train small models of two envs, prove, let every proof be checked, show some"
	@echo "make test    run all tests"
	@echo "make check   lint, formatting, types, who imports whom"
	@echo "make bench   benchmarks (long)"
	@echo "make slurm   install Slurm, with which the tests bring up a cluster of their own (Debian)"
	@echo "make setup   only what the others need: .venv with everything installed"
	@echo "make hollight  setup, with Debian's HOL Light, which its plugin needs"
	@echo
	@echo "setup, demo and test install Debian's packages where they may: metamath, metamath-databases, hol-light,"
	@echo "libnum-ocaml-dev, python3-venv, for tests also Slurm. SYSTEM=no leaves the system alone: make SYSTEM=no demo"
	@echo "Without a GPU, put PyTorch's CPU build into .venv first (pytorch.org says how): it is much smaller."

setup: $(READY)

# Says which packages are `missing`, and installs them where that is possible and allowed.
define install
	if [ "$(SYSTEM)" = no ]; then root=none; elif [ "$$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo -n"; else root=none; fi; \
	if [ "$$root" != none ] && command -v apt-get >/dev/null; then \
		echo "installing Debian's packages$$missing (make SYSTEM=no ... goes on without)"; \
		$$root apt-get update -qq && \
		$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null && \
		exit 0; \
	fi; \
	echo "please install:$$missing (going on without)"
endef

$(READY): pyproject.toml constraints.txt $(DISTRIBUTIONS:%=%/pyproject.toml) | system
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; exit 1; }
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet -c constraints.txt --group dev $(DISTRIBUTIONS:%=-e ./%)
	touch $@

# Outside programs, their databases, and venv, where they are missing.
system:
	@missing=""; \
	command -v metamath >/dev/null || missing+=" metamath"; \
	[ -d /usr/share/metamath ] || missing+=" metamath-databases"; \
	command -v hol-light >/dev/null || missing+=" hol-light"; \
	[ -e /usr/lib/ocaml/nums.cma ] || missing+=" libnum-ocaml-dev"; \
	[ -x $(BIN)/python ] || "$(or $(PYTHON),false)" -c 'import ensurepip, venv' 2>/dev/null || missing+=" python3-venv"; \
	[ -n "$$missing" ] || exit 0; \
	$(install)

# What tests bring up a Slurm cluster with; they are skipped without it.
slurm:
	@missing=""; PATH="$$PATH:/usr/sbin:/sbin"; \
	command -v slurmctld >/dev/null && command -v slurmd >/dev/null || missing+=" slurm-wlm"; \
	command -v sbatch >/dev/null || missing+=" slurm-client"; \
	command -v munged >/dev/null || missing+=" munge"; \
	[ -n "$$missing" ] || exit 0; \
	$(install)

hollight: setup
	@command -v hol-light >/dev/null && [ -e /usr/lib/ocaml/nums.cma ] || \
		{ echo "please install Debian's packages hol-light and libnum-ocaml-dev"; exit 1; }
	$(BIN)/fwd hollight start

demo: setup
	$(BIN)/python bench/demo.py

# One thread each: two workers share the cores.
test: setup slurm
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadgroup -q

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	$(BIN)/lint-imports

# An hour of training, and as long again for what is proved with it.
bench: setup
	$(BIN)/python bench/metamath_verify.py
	[ -e runs/cpu ] || $(BIN)/fwd train --env metamath --preset cpu --out runs/cpu
	$(BIN)/python bench/metamath_cpu.py runs/cpu --out runs/cpu-results
