"""Several answers to one question become one, as a careful editor would join them."""
