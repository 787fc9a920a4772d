@NullMarked
package io.aegis.recovery.journal;

import org.jspecify.annotations.NullMarked;
