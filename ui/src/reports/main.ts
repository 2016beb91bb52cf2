// Starts the Reports window.
import "../shared/styles/main.css"; // first: it sets the order of the layers
import { mount } from "svelte";
import ReportsPage from "./ReportsPage.svelte";
import { tongue } from "../shared/language.svelte";
import { look } from "../shared/theme.svelte";

look.start();
tongue.start();

const target = document.getElementById("app");
if (target) mount(ReportsPage, { target });
