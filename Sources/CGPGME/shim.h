#pragma once

#include <gpgme.h>
#include <gpg-error.h>
