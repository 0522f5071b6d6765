// Turns a search form with suggestions into an ARIA combobox (WAI-ARIA APG, "editable combobox with list autocomplete").
// htmx fills the list; this file only watches it, so it doesn't depend on htmx's events.
(function () {
  "use strict";

  function Combobox(form) {
    this.input = form.querySelector(".vb-search__input");
    this.list = form.querySelector(".vb-search__list");
    this.status = form.querySelector("[data-combobox-status]");
    this.active = -1;
    this.list.setAttribute("role", "listbox");
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
    this.input.addEventListener("keydown", this.onKey.bind(this));
    this.input.addEventListener("input", this.onInput.bind(this));
    form.addEventListener("focusout", this.onFocusOut.bind(this, form));
    new MutationObserver(this.onAnswer.bind(this)).observe(this.list, { childList: true });
  }

  Combobox.prototype.options = function () {
    return Array.prototype.slice.call(this.list.querySelectorAll("[role=option]"));
  };

  Combobox.prototype.open = function (isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) {
      this.choose(-1);
    }
  };

  Combobox.prototype.choose = function (index) {
    var options = this.options();
    this.active = index;
    options.forEach(function (option, position) {
      option.setAttribute("aria-selected", String(position === index));
    });
    if (index < 0) {
      this.input.removeAttribute("aria-activedescendant");
    } else {
      this.input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    }
  };

  Combobox.prototype.onAnswer = function () {
    var options = this.options();
    var words = this.status.dataset;
    var list = this.list;
    options.forEach(function (option, position) {
      option.id = list.id + "-" + position;
    });
    var message = options.length === 1 ? words.one : words.many.replace("{}", options.length);
    this.status.textContent = options.length ? message : words.none;
    this.open(options.length > 0 && document.activeElement === this.input && this.input.value.trim() !== "");
  };

  Combobox.prototype.onInput = function () {
    if (this.input.value.trim() === "") {
      this.status.textContent = "";
      this.open(false);
    }
  };

  Combobox.prototype.onFocusOut = function (form, event) {
    if (!form.contains(event.relatedTarget)) {
      this.open(false);
    }
  };

  Combobox.prototype.move = function (step) {
    var count = this.options().length;
    if (count === 0) {
      return;
    }
    if (this.list.hidden) {
      this.open(true);
    }
    var next = this.active + step;
    this.choose(next >= count ? 0 : next < 0 ? count - 1 : next);
  };

  Combobox.prototype.onKey = function (event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.open(false);
    } else if (event.key === "Enter" && this.active >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.options()[this.active].querySelector("a").click();
    }
  };

  document.querySelectorAll("[data-combobox]").forEach(function (form) {
    new Combobox(form);
  });
})();
