// Arrow keys in a matrix: one stop for the tab key instead of one for each cell, and a hint under the pointer.
(function () {
  "use strict";

  var steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

  document.querySelectorAll("[data-matrix]").forEach(function (matrix) {
    var links = matrix.querySelectorAll("tbody td a");
    links.forEach(function (link, index) {
      link.tabIndex = index ? -1 : 0;
    });

    matrix.addEventListener("focusin", function (event) {
      var link = event.target.closest("tbody td a");
      if (link) {
        links.forEach(function (other) {
          other.tabIndex = other === link ? 0 : -1;
        });
      }
    });

    matrix.addEventListener("keydown", function (event) {
      var step = steps[event.key];
      var cell = step && event.target.closest("tbody td");
      while (cell) {
        cell = next(cell, step);
        var link = cell && cell.querySelector("a");
        if (link) {
          event.preventDefault();
          link.focus();
          return;
        }
      }
    });

    matrix.addEventListener("pointerover", function (event) {
      var cell = event.target.closest("tbody td");
      var words = cell && !cell.title && cell.querySelector(".kern-sr-only");
      if (words) {
        cell.title = words.textContent;
      }
    });
  });

  function next(cell, step) {
    var rows = cell.closest("tbody").rows;
    var row = rows[cell.parentElement.sectionRowIndex + step[0]];
    return row && row.cells[cell.cellIndex + step[1]];
  }
})();
