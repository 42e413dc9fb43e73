"""Forms that hang on a server's entry: its options, and its cameras."""
