// Starts the window.
import "./shared/styles/main.css"; // first: it sets the order of the layers
import { mount } from "svelte";
import Root from "./views/Root.svelte";
import { library } from "./library/library.svelte";
import { tongue } from "./shared/language.svelte";
import { router } from "./shared/router.svelte";
import { look } from "./shared/theme.svelte";

look.start();
tongue.start();
router.start();
void library.start();

const target = document.getElementById("app");
if (target) mount(Root, { target });
