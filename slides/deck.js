// SPDX-License-Identifier: GPL-2.0-only
// One slide at a time, as large as the window.  Arrows, Page Up and Down, blank, Home and End turn
// pages, N shows the notes, A all slides in a column.  Without it a deck is that column.
(function () {
	var body = document.body, slides = document.querySelectorAll(".slide");
	var at = Math.min(Math.max(parseInt(location.hash.slice(1)) || 1, 1), slides.length) - 1;

	function fit() {
		var height = body.classList.contains("with-notes") ? 960 : 720;
		var scale = Math.min(innerWidth / 1280, innerHeight / height);
		body.style.setProperty("--scale", scale);
		body.style.setProperty("--left", (innerWidth - 1280 * scale) / 2 + "px");
		body.style.setProperty("--top", (innerHeight - height * scale) / 2 + "px");
		for (var i = 0; i < slides.length; i++) {
			slides[i].classList.toggle("shown", i === at);
			slides[i].style.counterReset = "page " + i; // hidden ones do not count
		}
	}

	function go(to) {
		at = Math.min(Math.max(to, 0), slides.length - 1);
		history.replaceState(null, "", "#" + (at + 1));
		fit();
	}

	addEventListener("resize", fit);
	addEventListener("hashchange", function () { go((parseInt(location.hash.slice(1)) || 1) - 1); });
	addEventListener("keydown", function (event) {
		if (event.ctrlKey || event.altKey || event.metaKey)
			return;
		switch (event.key) {
		case "ArrowRight": case "ArrowDown": case "PageDown": case " ": case "Enter":
			go(at + 1); break;
		case "ArrowLeft": case "ArrowUp": case "PageUp": case "Backspace":
			go(at - 1); break;
		case "Home": go(0); break;
		case "End": go(slides.length - 1); break;
		case "n": case "N": body.classList.toggle("with-notes"); fit(); break;
		case "a": case "A": body.classList.toggle("one"); fit(); break;
		default: return;
		}
		event.preventDefault();
	});
	body.classList.add("one");
	fit();
})();
