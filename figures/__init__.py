"""The figures of the shipped notes, drawn anew by `make figures`; the images are committed in sources/images."""
