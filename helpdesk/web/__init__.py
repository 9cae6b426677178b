"""What people see: pages by persona, one module per resource; the parts they share stand beside them."""
