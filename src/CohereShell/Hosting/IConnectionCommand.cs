namespace CohereShell.Hosting;

/// <summary>A command that changes the connection of a runspace. It's never offered to a model as a tool.</summary>
internal interface IConnectionCommand
{
}
