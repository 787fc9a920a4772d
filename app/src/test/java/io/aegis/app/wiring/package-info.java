@NullMarked
package io.aegis.app.wiring;

import org.jspecify.annotations.NullMarked;
