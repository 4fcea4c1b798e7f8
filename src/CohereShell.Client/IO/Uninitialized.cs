namespace CohereShell;

/// <summary>Arrays that are filled right away, and need not be filled with zeros before.</summary>
internal static class Uninitialized
{
    public static T[] Array<T>(int length)
        where T : unmanaged =>
#if NET
        System.GC.AllocateUninitializedArray<T>(length);
#else
        new T[length];
#endif
}
