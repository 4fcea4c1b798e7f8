namespace CohereShell.Hosting;

/// <summary>A command that changes the connection of a runspace. A model never gets it as a tool.</summary>
internal interface IConnectionCommand
{
}
