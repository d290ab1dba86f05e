# `make demo` installs Z3 where it is missing, builds, and runs the main job. `make check` does what CI does.

.PHONY: demo check coq z3 bench

demo: z3
	cargo build --release --locked
	./target/release/reduce check circuit-value --n 64

check: z3
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --locked
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Prints the weights as Coq data and checks every theorem about them, and that an exported folder builds alone.
coq: z3
	cargo run --release --locked --example coq_folders -- coq
	$(MAKE) -C coq
	cargo test --release --locked --test coq -- --ignored

bench:
	cargo bench --locked -p reduce --bench speed

# Any system package manager will do; without one the build says what to install.
z3:
	@pkg-config --exists z3 2>/dev/null || { \
	  if [ "$$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; fi; \
	  if command -v apt-get >/dev/null; then $$sudo apt-get update -q && $$sudo apt-get install -qy libz3-dev pkg-config; \
	  elif command -v dnf >/dev/null; then $$sudo dnf install -qy z3-devel pkgconf-pkg-config; \
	  elif command -v brew >/dev/null; then brew install z3 pkg-config; fi; }
