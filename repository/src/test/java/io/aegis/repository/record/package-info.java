@NullMarked
package io.aegis.repository.record;

import org.jspecify.annotations.NullMarked;
