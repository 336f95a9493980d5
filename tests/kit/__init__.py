"""What tests build their inputs with: git repositories of every odd kind, synthetic histories, test vectors."""
