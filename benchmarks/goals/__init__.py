"""Goals: how soon a sale is seen in them, and what trees of them cost."""
