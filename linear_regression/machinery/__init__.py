"""What the lesson needs from the machine it runs on; nothing of the post is in this folder."""
