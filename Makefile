# `make demo` installs what is missing, builds, and runs the main job. `make check` does what CI does.
# `.ci/bare` runs either in a Debian that has nothing but Rust.

.PHONY: demo check coq bench needs minimum frameworks packages

demo: needs
	cargo run --release --locked -- check circuit-value --n 64

check: needs minimum
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --locked
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Every claim as a theorem in Coq about the literal weights, closed under the global context; then that an exported folder
# builds alone, and that a changed weight is refused.
coq:
	@NEEDS_COQ=yes .ci/needs
	cargo run --profile test --locked --example coq_folders -- coq
	cargo run --profile test --locked --example coq_hardness -- coq
	$(MAKE) -C coq -j2
	cargo test --locked -p reduce --lib --test suite -- --ignored coq::

bench:
	cargo bench --locked -p reduce --bench speed

needs:
	@.ci/needs

# Everything, the tests too, compiles with the oldest Rust that Cargo.toml allows.
minimum: needs
	@version=$$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml); \
	installed=$$(rustup toolchain list 2>/dev/null | grep -o "^$$version[.0-9]*" | head -n 1); \
	if [ -n "$$installed" ]; then cargo "+$$installed" check --workspace --all-targets --locked; \
	else echo "Skipped the build with the minimum version: \`rustup toolchain list\` does not show Rust $$version."; fi

# Exported checkpoints and networks, golden vectors, our number formats and the facts that claims take as given, in PyTorch,
# transformers, flash-linear-attention, onnxruntime and ml_dtypes, on the CPU. What is not installed is skipped, and said.
# PYTHON is the interpreter that has them. tests/frameworks/gpu.py is for a machine with a GPU, and is not run here.
PYTHON ?= python3
frameworks:
	cargo build --release --locked --bins --example format_results
	@if $(PYTHON) -c 'import pytest' 2>/dev/null; then $(PYTHON) -m pytest -rs -q tests/frameworks; \
	else echo "Skipped the frameworks: $(PYTHON) has no pytest."; fi

# Packaged crates, a Debian package and a wheel for Python, in target/packages; what is not installed is skipped, and said.
packages: needs
	packaging/build
