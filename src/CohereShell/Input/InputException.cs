namespace CohereShell.Input;

/// <summary>An input that can't be used, with the error that explains why.</summary>
internal sealed class InputException(ErrorRecord error) : Exception(error.Exception.Message)
{
    public ErrorRecord Error { get; } = error;
}
