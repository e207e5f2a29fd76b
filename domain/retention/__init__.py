"""How long an organisation keeps what people write about one another."""
