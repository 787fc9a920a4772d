@NullMarked
package io.aegis.recovery;

import org.jspecify.annotations.NullMarked;
