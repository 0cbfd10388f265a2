// Entry point of the process that runs a GGUF file.
import { runLlamaProcess } from "@outpost/models";

runLlamaProcess();
