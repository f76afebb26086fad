"""The benchmarks: `./dev bench`, or `python -m bench` in the venv. docs/performance.md says more."""
