"""The kernel: imports no feature and decides nothing about tickets."""
