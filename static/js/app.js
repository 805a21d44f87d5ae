// What every page has; each module does nothing where its attribute is absent.
import "./autogrow.js";
import "./confirm.js";
import "./dialogs.js";
import "./dismiss.js";
import "./evidence.js";
import "./focus.js";
import "./scrollable.js";
import "./shortcuts.js";
import "./theme.js";
import "./unsaved.js";
