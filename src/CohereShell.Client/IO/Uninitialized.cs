namespace CohereShell;

/// <summary>Arrays that are filled at once, so that setting them to zero would waste time.</summary>
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
