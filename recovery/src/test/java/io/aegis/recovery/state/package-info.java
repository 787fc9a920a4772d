@NullMarked
package io.aegis.recovery.state;

import org.jspecify.annotations.NullMarked;
