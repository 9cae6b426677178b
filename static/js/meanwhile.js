// Others wrote while one was writing: the composer says so before anything is sent. The ticket's page finds out and
// shows the messages (static/js/ticket_news.js); once they are shown they count as read, and the notice goes.
import { form, isEmpty, ready } from "js/editor.js";

const notice = form?.querySelector("[data-news-banner]");
let count = 0;

function tell() {
  if (!count || isEmpty()) return;
  const words = count === 1 ? notice.dataset.wordsOne : notice.dataset.wordsMany;
  notice.querySelector("[data-news-words]").textContent = words.replace("{n}", count);
  notice.hidden = false;
}

if (form) {
  let seen = form.elements.seen.value;
  document.addEventListener("ticket:news", ({ detail }) => {
    count = detail.messages;
    tell();
  });
  document.addEventListener("ticket:renewed", () => {
    if (seen === form.elements.seen.value) return;
    seen = form.elements.seen.value;
    count = 0;
    notice.hidden = true;
  });
  notice.querySelector("[data-news-link]").addEventListener("click", (event) => {
    if (!count) return; // the server's own notice: the messages are on the page
    event.preventDefault();
    document.querySelector("#ticket-news button").click();
  });
  ready.then(() => form.addEventListener("trix-change", tell));
}
