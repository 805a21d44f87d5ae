.DEFAULT_GOAL := help
PYTHON_BIN := .venv/bin/python
# Each process has a database of its own; more than four would crowd PostgreSQL.
ON_ALL_CORES := -n auto --maxprocesses 4 --dist worksteal

.PHONY: help run demo test check format lock clean

help: ## Show these lines
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/'

run: .venv/.run ## Serve Studyhub with its worker, and print its URL
	@DEBUG=$${DEBUG-1} exec $(PYTHON_BIN) manage.py run

demo: .venv/.run ## Serve made-up people and months of study, apart from your data (PORT=8001)
	@DATABASE_URL_FILE= DATABASE_URL= DATA_DIR=var/demo DEBUG=1 PORT=$${PORT-8001} exec $(PYTHON_BIN) manage.py run --demo

test: check ## Run the checks and all tests, on SQLite and on PostgreSQL
	$(PYTHON_BIN) -m pytest $(ON_ALL_CORES)
	$(PYTHON_BIN) -m tests.postgres $(ON_ALL_CORES)

check: .venv/.test ## Style, types, templates, import layers, migrations, questions, deployment
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0 .venv/bin/djade --check --target-version 6.1
	.venv/bin/mypy .
	.venv/bin/lint-imports --no-logo
	SECRET_KEY=$$(head -c 48 /dev/urandom | base64 | tr -d '\n') $(PYTHON_BIN) manage.py makemigrations --check --dry-run
	SECRET_KEY=$$(head -c 48 /dev/urandom | base64 | tr -d '\n') $(PYTHON_BIN) manage.py seed_questions --check
	SECRET_KEY=$$(head -c 48 /dev/urandom | base64 | tr -d '\n') MAIL_HOST=mail.example.org $(PYTHON_BIN) manage.py check --deploy --fail-level WARNING

format: .venv/.test ## Format code and templates
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
	git ls-files -z --cached --others --exclude-standard 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 6.1

lock: .venv/.test ## Write the lock files anew from pyproject.toml
	.venv/bin/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --extra postgres pyproject.toml -o requirements.txt
	.venv/bin/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --extra postgres --group dev pyproject.toml -o requirements-dev.txt

clean: ## Remove what the commands above made, but never data (var/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles

.venv/.run: requirements.txt
	@bin/make-venv requirements.txt
	@touch $@

.venv/.test: requirements-dev.txt
	@bin/make-venv requirements-dev.txt
	@touch $@
