"""``make bench``: planning speed, then optimality; both write ``benchmarks/results.json``."""

from benchmarks import optimality, planning

if __name__ == "__main__":
    planning.main()
    optimality.main()
