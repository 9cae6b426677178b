// Every behaviour of the pages. Each one enhances what already works without it, and listens on the document,
// so that pieces swapped in by htmx behave as those that were there.
import "htmx";
import "js/csrf.js";
import "js/once.js";
import "js/appearance.js";
import "js/menus.js";
import "js/dialogs.js";
import "js/composer.js";
import "js/grow.js";
import "js/files.js";
import "js/copy.js";
import "js/autosubmit.js";
import "js/relative_time.js";
import "js/own_zone.js";
import "js/draft.js";
