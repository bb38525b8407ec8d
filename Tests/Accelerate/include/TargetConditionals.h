// Stands in for Apple's header of this name.
#define TARGET_OS_OSX 1
