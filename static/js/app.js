// Every behaviour of the pages. Each one enhances what already works without it.
import "htmx";
import "js/csrf.js";
