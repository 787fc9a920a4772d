@NullMarked
package io.aegis.recovery.execution;

import org.jspecify.annotations.NullMarked;
