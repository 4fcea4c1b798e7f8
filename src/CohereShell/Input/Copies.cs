namespace CohereShell.Input;

/// <summary>Recognizes copies of this module's objects, which Start-Job, remoting and Import-Clixml make.</summary>
internal static class Copies
{
    private const string Prefix = "Deserialized.";

    public static bool IsCopyOf<T>(PSObject value) => value.TypeNames.Contains(Prefix + typeof(T).FullName);
}
