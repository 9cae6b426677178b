// Every behaviour of the pages. Each one enhances what already works without it, and listens on the document,
// so that pieces swapped in by htmx behave as those that were there.
import "htmx";
import "js/csrf.js";
import "js/once.js";
import "js/appearance.js";
import "js/menus.js";
import "js/dialogs.js";
import "js/composer.js";
import "js/uploads.js";
import "js/meanwhile.js";
import "js/grow.js";
import "js/files.js";
import "js/copy.js";
import "js/autosubmit.js";
import "js/relative_time.js";
import "js/own_zone.js";
import "js/inplace.js";
import "js/rename.js";
import "js/suggests.js";
import "js/thread.js";
import "js/ticket_news.js";
import "js/draft.js";
import "js/preview.js";
import "js/people.js";
import "js/selection.js";
import "js/keys.js";
import "js/place.js";
