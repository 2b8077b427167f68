// Loaded before a test and before what tap loads (NODE_OPTIONS, so any Node must read it): leaves out tap's recorder of loaded files and
// its mocks of modules, which nobody uses here. They read each source twice, start a thread, and do so again in what a test spawns.
import module from "node:module";

const RECORDER = "/@tapjs/processinfo/dist/esm/import.mjs";
const MOCKS = "/@tapjs/mock/dist/esm/import.mjs";

delete process.env.NODE_OPTIONS;
// Types are stripped in place: positions hold without maps, and those of the packages are long to read.
process.setSourceMapsEnabled?.(false);
const hooks = module.registerHooks?.({
  resolve: (specifier, context, next) => {
    const isRecorder = specifier.endsWith(RECORDER);
    // The last that tap loads: from here on imports go their short way.
    if (isRecorder) hooks.deregister();
    return isRecorder || specifier.endsWith(MOCKS)
      ? { url: "data:text/javascript,", shortCircuit: true }
      : next(specifier, context);
  },
});
