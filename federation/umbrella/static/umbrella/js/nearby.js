// "In meiner Nähe": asks the browser for the location when the button is pressed, never before, and sends it rounded to
// two decimals (about a kilometre). Without this script the form leads to a page that explains the other ways.
(function () {
  "use strict";

  var OPTIONS = { enableHighAccuracy: false, timeout: 10000, maximumAge: 300000 };

  function say(form, text) {
    form.querySelector("[data-nearby-message]").textContent = text;
  }

  function hiddenField(form, name, value) {
    var field = form.querySelector('input[name="' + name + '"]') || document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.appendChild(field);
  }

  function send(form, position) {
    hiddenField(form, "lat", position.coords.latitude.toFixed(2));
    hiddenField(form, "lon", position.coords.longitude.toFixed(2));
    form.submit();
  }

  document.querySelectorAll("form[data-nearby]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (!navigator.geolocation) {
        say(form, form.dataset.unavailable);
        return;
      }
      say(form, form.dataset.waiting);
      navigator.geolocation.getCurrentPosition(
        function (position) {
          send(form, position);
        },
        function (error) {
          say(form, error.code === error.PERMISSION_DENIED ? form.dataset.denied : form.dataset.unavailable);
        },
        OPTIONS
      );
    });
  });
})();
