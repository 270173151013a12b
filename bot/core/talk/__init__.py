"""Messages, forms and the words of the catalogues."""
