namespace CohereShell.Input;

/// <summary>An input that nothing can be made of, and the error that says why.</summary>
internal sealed class InputException(ErrorRecord error) : Exception(error.Exception.Message)
{
    public ErrorRecord Error { get; } = error;
}
