"""The benchmarks: `./dev bench`, explained in docs/performance.md."""
