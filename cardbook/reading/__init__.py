"""From files to text, and from text to Markdown blocks with their places."""
